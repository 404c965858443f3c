/**
 * How much longer the deadlines of tests are, for systems that are slow themselves, such as Wine. From the variable
 * `TEST_SLOWNESS`. Default 1.
 */
export const SLOWNESS = Number(process.env.TEST_SLOWNESS ?? 1);
