"""A deck of slides for each chapter, made from its built page (make slides)."""
