/** How forms come onto a tablet: ODK Collect's setting form_update_mode. */
enum UpdateMode {
    /** The person picks forms from the list. */
    MANUAL,
    /** What is on the tablet is kept up to date. */
    PREVIOUSLY_DOWNLOADED,
    /** The tablet has what the server lists, and nothing else. */
    MATCH_EXACTLY
}
