import torch

torch.manual_seed(5)
print(torch.rand(3, device="cuda"), torch.randn(3), torch.randperm(5, device="cuda"))
torch.cuda.manual_seed(6)
print(torch.rand(2, device="cuda"), torch.cuda.initial_seed())
generator = torch.Generator(device="cuda").manual_seed(7)
print(torch.randint(100, (4,), device="cuda", generator=generator))
state = torch.cuda.get_rng_state()
first = torch.rand(2, device="cuda")
torch.cuda.set_rng_state(state)
print(torch.equal(first, torch.rand(2, device="cuda")), state.shape, state.dtype)
