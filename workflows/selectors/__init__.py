"""What the lists show. Each takes a fixed number of queries, however much there is to choose from."""
