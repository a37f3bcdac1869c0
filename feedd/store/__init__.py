"""What feedd remembers: `memory.MemoryStore` and `store.SqlStore` keep the same promises (`ports.Store`)."""
