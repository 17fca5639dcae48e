"""What analysts edit, loaded into typed objects: target groups, consequences, method, prices, registers."""
