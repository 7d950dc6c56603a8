"""One leader's year: evidence, self-statement, score, rating, public notice, objections."""
