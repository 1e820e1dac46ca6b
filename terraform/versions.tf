terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.55, < 7"
    }
  }

  # bucket, key and region are given by `terraform init -backend-config`: terraform/deploy.py does
  backend "s3" {
    use_lockfile = true
    encrypt      = true
  }
}

provider "aws" {
  region              = module.platform.region
  allowed_account_ids = [var.account]

  default_tags {
    tags = module.tags.tags
  }
}
