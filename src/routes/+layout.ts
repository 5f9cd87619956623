// No framework script by default: pages that need one say `export const csr = true` in their own +page.ts.
export const csr = false;
