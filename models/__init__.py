"""Pure numerics: arrays in, arrays out. Nothing here reads a file or knows an orchestrator."""
