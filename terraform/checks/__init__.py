"""What can be proven of the Terraform code without a provider: names, arguments, references and policies."""
