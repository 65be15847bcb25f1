"""The contracts between services, as data only: public events (`events`) and remote calls (`calls`)."""
