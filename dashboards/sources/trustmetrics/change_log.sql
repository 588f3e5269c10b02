select * from marts.metric_change_log
