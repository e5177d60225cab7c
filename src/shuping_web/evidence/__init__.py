"""Files of evidence: looked into, freed of what they tell about people, kept by their hash. What they prove is said in
``filing``.
"""
