"""Generated regions for trying, measuring and showing yanxiu.

Owns the demo town (through the same actions people use) and the set-based city and province.
Nothing imports it; it refuses a database that holds real people.
"""
