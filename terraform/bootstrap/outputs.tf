output "bucket" {
  description = "Bucket of the state."
  value       = aws_s3_bucket.state.id
}
