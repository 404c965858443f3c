/**
 * Makes the C library allocate every larger buffer from the system, and release it to the system. Otherwise
 * small buffers reuse existing memory and large buffers need new pages, so that measurements of growing sizes
 * would show the allocator.
 */
export const FRESH_PAGES = { MALLOC_MMAP_THRESHOLD_: String(128 * 1024) };
