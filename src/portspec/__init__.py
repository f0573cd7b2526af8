"""portspec: the OpenShift port matrix as data, and a checker that holds configs against it."""

__version__ = "0.1.0"
