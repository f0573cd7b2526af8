"""The algebra of packet sets. Pure: it knows nothing of OpenShift, of files or of firewalls."""
