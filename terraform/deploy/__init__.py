"""Takes the platform to an AWS account: checks what can be checked first, packages, plans, shows the plan, applies."""
