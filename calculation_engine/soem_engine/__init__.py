"""What does an intervention cost and save, for municipality, region and state, by year?"""
