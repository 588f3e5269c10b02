"""The faults that try a second time, in another way, what another fault of the suite tries.

`make faults` leaves them out, so that it stays below fifteen minutes; `make faults-all` has them.
"""

# By module, the name of a test or of one of its cases, as pytest writes it.
VARIANTS: dict[str, frozenset[str]] = {
    "test_kills": frozenset(
        {
            "test_a_signal_at_a_moment[SIGTERM-loading]",
            "test_a_signal_at_a_moment[SIGTERM-moving]",
            "test_a_signal_at_a_moment[SIGINT-moving]",
            "test_a_signal_at_a_moment[SIGHUP-dbt]",
            "test_a_signal_at_a_moment[SIGKILL-workshop]",
            "test_a_whole_build_is_killed_among_the_models[SIGTERM]",
            "test_a_second_signal_while_it_cleans_up[SIGINT-SIGINT-SIGINT-]",
            "test_a_signal_to_the_whole_group_as_a_terminal_sends_it[SIGHUP]",
            "test_the_child_alone_dies[SIGTERM-building]",
            "test_the_child_alone_dies[SIGINT-dbt]",
            "test_a_build_that_was_paused_goes_on",
            "test_the_reader_of_its_output_is_gone",
            "test_the_checks_are_stopped",
            "test_four_stops_in_a_row_leave_nothing",
        }
    ),
    "test_races": frozenset(
        {
            "test_two_first_builds",
            "test_two_builds_of_the_same_input[0.0]",
            "test_three_starts_within_a_second",
            "test_the_database_is_replaced_during_the_build",
            "test_the_databases_folder_goes_during_the_build[renamed]",
            "test_the_databases_folder_goes_during_the_build[a file in its place]",
            "test_the_history_of_the_checks_is_kept",
        }
    ),
    "test_changing_raw": frozenset(
        {
            "test_a_change_while_the_models_run[half a line]",
            "test_a_change_while_the_models_run[truncate]",
            "test_a_change_while_the_models_run[add a part]",
            "test_a_change_while_the_models_run[fewer columns]",
            "test_a_file_that_grows_all_the_while",
            "test_a_change_among_the_models_of_a_whole_build",
            "test_the_target_of_a_link_changes",
            "test_the_raw_folder_is_a_link_that_is_pointed_elsewhere",
            "test_a_database_in_the_raw_folder_is_no_change",
        }
    ),
    "test_full_disks": frozenset(
        {
            "test_a_part_that_does_not_fit_beside_the_database[0.1]",
            "test_a_part_fits_once_the_disk_is_larger",
            "test_a_first_build_that_does_not_fit[1]",
            "test_a_whole_build_beside_a_database_passes_once_there_is_room",
            "test_a_full_folder_of_temporary_files_is_no_matter",
            "test_no_inodes_left[8]",
            "test_sample_onto_a_full_disk[8]",
        }
    ),
    "test_leftovers": frozenset(
        {
            "test_old_versions_left_such_folders_too",
            "test_a_live_build_of_another_container_is_left_alone",
            "test_a_live_build_beside_a_dead_one",
            "test_another_databases_leftover_is_left_to_its_own_builds",
            "test_a_name_with_the_signs_of_a_pattern_clears_no_other_databases_leftover",
        }
    ),
    "test_marts_only": frozenset(
        {
            "test_no_id_of_the_data_as_it_was_before_either",
            "test_a_name_that_is_also_a_schemas[marts.duckdb]",
            "test_a_build_that_fails_leaves_the_old_file[SIGTERM at the move]",
            "test_a_build_that_fails_leaves_the_old_file[a writer in the way]",
        }
    ),
    "test_modes_and_links": frozenset(
        {
            "test_owner_and_group_are_kept[0-12345-432]",
            "test_a_link_of_another_name_than_its_target",
            "test_a_link_to_a_file_that_is_still_to_be_made",
            "test_a_path_from_the_folder_that_one_is_in",
            "test_a_hard_link_goes_on_holding_the_old_numbers_or_the_new",
            "test_another_owners_database_in_a_folder_with_the_sticky_bit",
            "test_a_database_of_a_group_that_one_is_not_in",
        }
    ),
    "test_write_ahead_logs": frozenset(
        {
            "test_a_dead_writers_log_is_not_replayed_on_a_new_database[a link to it]",
            "test_a_log_of_a_table_that_the_part_makes_anew",
            "test_a_log_that_is_none[empty-True]",
            "test_a_log_that_is_none[cut off-True]",
            "test_a_log_that_is_none[another database's-False]",
            "test_a_writer_behind_a_link",
            "test_a_writer_that_comes_during_the_build_and_goes",
            "test_a_reader_beside_a_dead_writers_log",
            "test_a_build_that_fails_keeps_the_log_as_the_last_good_state[SIGTERM]",
            "test_a_build_that_fails_keeps_the_log_as_the_last_good_state[broken raw data]",
        }
    ),
    "test_interleavings": frozenset({"test_any_order_leaves_a_known_good_database[link]"}),
    # Parquet and CSV by 1, 2, 4 and 8 threads are tried once.
    "test_same_bits": frozenset(
        f"test_the_bits_are_the_same[{order}-parquet-{(1, 2, 4, 8)[order % 4]}]"
        for order in range(8, 20)
    ),
}
