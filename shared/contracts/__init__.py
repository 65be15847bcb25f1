"""What services tell and ask each other, as data only: public events (`events`) and remote calls (`calls`)."""
