"""Configs made from the policy and a cluster file: what a balancer and a packet filter must do, written in their dialects."""
