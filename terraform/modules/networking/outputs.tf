output "vpc_id" {
  description = "Id of the network."
  value       = aws_vpc.this.id
}

output "cidr" {
  description = "Addresses of the network."
  value       = aws_vpc.this.cidr_block
}

output "subnet_ids" {
  description = "Ids of the private subnets."
  value       = [for subnet in aws_subnet.private : subnet.id]
}

output "s3_prefix_list_id" {
  description = "S3's addresses, for rules of security groups."
  value       = aws_vpc_endpoint.s3.prefix_list_id
}
