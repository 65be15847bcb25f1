"""The five services. None imports another; they speak through `shared.contracts` on the bus."""
