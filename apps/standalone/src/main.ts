import { runProcess } from '@waymark/platform';

await runProcess(process.env);
