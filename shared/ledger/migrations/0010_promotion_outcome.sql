-- What workers say of the promoted model, for whoever promoted it: that one is loading it, and why one could not.
alter table active_model add column loading_at timestamptz, add column failure text;
