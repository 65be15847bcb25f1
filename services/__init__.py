"""The five services, and the portal before them. None imports another; they speak through `shared.contracts` on the bus."""
