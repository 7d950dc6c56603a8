"""One archive for a machine without a network: the project, the wheels it needs, and the script that installs them."""
