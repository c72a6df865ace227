print("usercustomize must not run")
