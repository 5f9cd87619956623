/** The zone of the account, else that of the browser. */
export const zone: string = document.querySelector<HTMLElement>('#line')?.dataset['zone'] ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
