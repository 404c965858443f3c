/**
 * Makes the C library take every larger buffer fresh from the system and give it back. Otherwise small buffers
 * come from memory that is there already and large ones pay for their pages, and growing sizes show the
 * allocator instead of what uses it.
 */
export const FRESH_PAGES = { MALLOC_MMAP_THRESHOLD_: String(128 * 1024) };
