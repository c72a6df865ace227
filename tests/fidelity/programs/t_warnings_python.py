# Warnings given by torch's Python code.
import torch

torch.nn.functional.softmax(torch.ones(2, 2))
torch.nn.functional.mse_loss(torch.ones(2), torch.ones(2, 1))
torch.nn.LSTM(1, 1, dropout=0.5)
torch.nn.TransformerEncoder(torch.nn.TransformerEncoderLayer(3, 3), 1)
scheduler = torch.optim.lr_scheduler.StepLR(torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=1), 1)
scheduler.step()
torch.nn.functional.sigmoid(torch.ones(1))
torch.nn.functional.kl_div(torch.ones(2), torch.ones(2))
torch.nn.L1Loss(size_average=True)
torch.nn.init.zeros_(torch.empty(0))
torch.utils.checkpoint.checkpoint(lambda x: x, torch.ones(1))
torch.cuda.amp.GradScaler
torch.set_default_tensor_type(torch.FloatTensor)
torch.nn.utils.weight_norm(torch.nn.Linear(1, 1))
torch.tensor(torch.ones(1))
torch.utils.data.DataLoader([1], num_workers=64)
for _ in range(2):
    torch.nn.functional.mse_loss(torch.ones(2), torch.ones(2, 1))
