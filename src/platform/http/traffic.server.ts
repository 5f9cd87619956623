/** What goes through this process, counted for whoever watches machines: how many, how long, how it ended. No address, nobody's name. */
import type { ServerResponse } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Upper ends of the histogram, in seconds. */
const STEPS = [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10];

export type Traffic = {
  /** Counts an answer when it is over; `kept`: it came from the pages kept ready to send. */
  count(response: ServerResponse): void;
  kept(): void;
  lines(): string[];
};

/** Counters of one listening process. `running`: the answers that are on their way. */
export function traffic(running: ReadonlySet<ServerResponse>): Traffic {
  const byStatus = new Map<string, number>();
  const steps = STEPS.map(() => 0);
  let kept = 0;
  let sum = 0;
  let all = 0;
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const streams = () => [...running].filter((each) => /event-stream/.test(String(each.getHeader('content-type') ?? ''))).length;
  return {
    count(response) {
      const began = performance.now();
      response.once('close', () => {
        const status = `${Math.floor(response.statusCode / 100)}xx`;
        byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
        // A stream is open for hours and says nothing about how fast pages are.
        if (/event-stream/.test(String(response.getHeader('content-type') ?? ''))) return;
        const seconds = (performance.now() - began) / 1_000;
        all++;
        sum += seconds;
        for (const [n, step] of STEPS.entries()) if (seconds <= step) steps[n]!++;
      });
    },
    kept: () => void kept++,
    lines() {
      const { rss, heapUsed } = process.memoryUsage();
      const cpu = process.cpuUsage();
      const lag = delay.percentile(99) / 1e9;
      delay.reset();
      return [
        ...metric(
          'indaba_requests_total',
          'counter',
          'Answers, by the class of their status.',
          [...byStatus].map(([status, n]) => [`status="${status}"`, n]),
        ),
        ...metric('indaba_kept_pages_total', 'counter', 'Pages of visitors answered from memory.', [['', kept]]),
        '# HELP indaba_request_seconds How long answers took, streams left out.',
        '# TYPE indaba_request_seconds histogram',
        ...STEPS.map((step, n) => `indaba_request_seconds_bucket{le="${step}"} ${steps[n]}`),
        `indaba_request_seconds_bucket{le="+Inf"} ${all}`,
        `indaba_request_seconds_sum ${sum}`,
        `indaba_request_seconds_count ${all}`,
        ...metric('indaba_requests_running', 'gauge', 'Answers on their way, streams among them.', [['', running.size]]),
        ...metric('indaba_streams', 'gauge', 'Open event streams.', [['', streams()]]),
        ...metric('indaba_loop_delay_seconds', 'gauge', 'How late the process was at its worst, 99 of 100 times, since it was asked last.', [
          ['', Number.isFinite(lag) ? lag : 0],
        ]),
        ...metric('process_resident_memory_bytes', 'gauge', 'Memory of the process.', [['', rss]]),
        ...metric('indaba_heap_bytes', 'gauge', 'Memory that its objects take.', [['', heapUsed]]),
        ...metric('process_cpu_seconds_total', 'counter', 'Time on a processor.', [['', (cpu.user + cpu.system) / 1e6]]),
      ];
    },
  };
}

/** One metric in the text format of Prometheus. */
export function metric(name: string, type: 'counter' | 'gauge', help: string, values: (readonly [labels: string, value: number])[]): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...values.map(([labels, value]) => `${name}${labels && `{${labels}}`} ${value}`)];
}
