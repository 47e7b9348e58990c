/** A program to run. It must stay in the foreground, and write to its standard output and error what goes wrong. */
export interface Program {
  command: string;
  args: string[];
  /** Whom it runs as, if not as us. */
  user?: { uid: number; gid: number };
  /** The signal by which it ends in order though clients are connected; SIGTERM unless told. */
  endSignal?: NodeJS.Signals;
  /** What it says when it does not start because its killed predecessor has not ended entirely. */
  stillEnding?: RegExp;
}

/** A container to run, of the recipe's image. */
export interface ContainerPlan {
  /** Where it listens. */
  port: number;
  env?: Record<string, string>;
  command?: string[];
  /** What it writes when it serves, and how often. */
  ready: { line: RegExp; times: number };
}

/** A place for a server: a port, and a host under which it is reached. */
export interface Place {
  host: string;
  port: number;
}

/** How one kind of server is run and recognised. */
export interface Recipe {
  /** As its makers write it. */
  title: string;
  image: string;
  /** The variable that names one which runs already. */
  variable: string;
  /** What to install, where it is neither given nor a container. */
  install: string;
  /** Makes the data in an empty folder. */
  native(place: Place, folder: string): Promise<{ program: Program; address: string }>;
  container(place: Place): { container: ContainerPlan; address: string };
  /** Resolves with its version, if it tells, when it serves; rejects when it does not, yet. */
  greet(address: string): Promise<string | undefined>;
  /** The version that we start, where it does not tell. */
  version?: string;
}
