"""What differs between two versions: of a packet filter, of a balancer, of a whole repository. By effect, not by text."""
