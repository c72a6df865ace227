print("sitecustomize must not run")
