import subprocess
import sys
import urllib.error
import urllib.request

import torch

try:
    torch.hub.load_state_dict_from_url("https://download.pytorch.org/models/resnet18-f37072fd.pth")
    print("BREACH a model")
except (urllib.error.URLError, RuntimeError) as error:
    print("torch.hub:", type(error).__name__)
try:
    urllib.request.urlopen("https://ossci-datasets.s3.amazonaws.com/mnist/train-images-idx3-ubyte.gz")
    print("BREACH a dataset")
except urllib.error.URLError as error:
    print("dataset:", type(error).__name__)
pip = subprocess.run(
    [sys.executable, "-m", "pip", "install", "--no-input", "--retries=0", "--timeout=2", "einops"],
    capture_output=True,
)
print("pip: failed" if pip.returncode else "BREACH pip")
