"""What the API says of itself (OpenAPI 3.1): each area's routes as data, beside their handlers."""
