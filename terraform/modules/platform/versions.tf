terraform {
  required_version = ">= 1.10" # the state's own lock in S3
}
