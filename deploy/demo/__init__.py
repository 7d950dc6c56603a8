"""An invented township and two years of its life: nobody in it exists."""
