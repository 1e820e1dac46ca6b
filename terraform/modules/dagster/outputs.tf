output "load_balancer" {
  description = "Name of the internal load balancer."
  value       = aws_lb.this.dns_name
}

output "repository_url" {
  description = "Where the image is pushed to."
  value       = aws_ecr_repository.this.repository_url
}
