from torch.utils.data import _utils


class Last:
    def __del__(self, utils=_utils):
        print("data loaders know of the end:", utils.python_exit_status)


last = Last()
