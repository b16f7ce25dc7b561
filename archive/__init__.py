"""The archive: what is kept, its states, history, registers and stores."""
