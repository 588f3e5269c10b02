-- detections: One row per automated flag, whether or not it was reviewed or actioned.
-- From scanner_hits (707 rows were read for it), confidence 0.87.
-- Confidence by column: detection_id 0.95, detected_at 0.95, detector_id 0.95, detector_version
-- 0.95, content_id 0.95, subject_account_id 0.90, surface 0.95, region 0.95, policy_code 0.95,
-- score 1.00, threshold 1.00, review_probability 0.90, case_id 0.95.
select
    cast(scanner_hits.hit_no as varchar) as detection_id,
    epoch_ms(scanner_hits.detected_ms) as detected_at,
    -- Its values: texts (554), fakes (153).
    scanner_hits.scanner as detector_id,
    cast(scanner_hits.scanner_version as varchar) as detector_version,
    cast(scanner_hits.item_no as varchar) as content_id,
    cast(scanner_hits.seller_no as varchar) as subject_account_id,
    -- Its values: Listings (605), Chat (53), Profiles (49).
    scanner_hits.area as surface,
    -- The seller's country.
    -- Its values: DE (228), AT (72).
    members.country as region,
    -- Its values: COUNTERFEIT (153), FRAUD (148), BANNED GOODS (143), SPAM (135), HARASSMENT (128).
    scanner_hits.rule as policy_code,
    cast(scanner_hits.score as double) as score,
    cast(scanner_hits.threshold as double) as threshold,
    cast(scanner_hits.sampling_rate as double) as review_probability,
    cast(scanner_hits.ticket_no as varchar) as case_id,
    -- No column says when a row was loaded: the time of the extract, from settings.yml.
    cast(getvariable('extracted_at') as timestamp) as ingested_at,
    -- No column says so: no row is deleted.
    cast(null as boolean) as is_deleted
from scanner_hits
left join members
    on cast(scanner_hits.seller_no as varchar) = cast(members.member_no as varchar)
