import { links_fault_broken, links_fault_error, links_fault_gone, links_fault_loop, links_fault_silent } from '#paraglide/messages.js';

const faults: Record<string, () => string> = {
  gone: links_fault_gone,
  error: links_fault_error,
  silent: links_fault_silent,
  broken: links_fault_broken,
  loop: links_fault_loop,
};

/** What came instead of an answer, in words. */
export const faultText = (fault: string): string => faults[fault]?.() ?? fault;
