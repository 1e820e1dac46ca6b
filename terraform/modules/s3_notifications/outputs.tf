output "queue_url" {
  description = "URL of the queue of events."
  value       = aws_sqs_queue.this.url
}
