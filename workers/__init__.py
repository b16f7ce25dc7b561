"""Workers: the command line and the steps that move documents on."""
