#if Libvirt
    internal import Glibc
    internal import Synchronization

    /// A serial executor on one thread of its own, for an actor whose calls block.
    ///
    /// The thread ends after the executor is released and its last job has run.
    final class ThreadExecutor: SerialExecutor {
        private let queue: JobQueue

        /// Starts the thread.
        init() {
            let queue = JobQueue()
            self.queue = queue
            Self.startThread { queue.run() }
        }

        deinit { queue.finish() }

        func enqueue(_ job: consuming ExecutorJob) {
            queue.append(UnownedJob(job), for: self)
        }

        /// Starts a detached thread.
        static func startThread(_ body: @escaping @Sendable () -> Void) {
            let start = Unmanaged.passRetained(ThreadStart(body: body))
            var thread = pthread_t()
            let status = pthread_create(
                &thread,
                nil,
                { argument in
                    guard let argument else { return nil }
                    Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue().body()
                    return nil
                },
                start.toOpaque()
            )
            precondition(status == 0, "no thread could be created: error \(status)")
            pthread_detach(thread)
        }
    }

    /// What a new thread is to do.
    private final class ThreadStart: Sendable {
        let body: @Sendable () -> Void

        init(body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    /// Jobs that wait for their thread. Each holds its executor, which may not go away before the job has run.
    private final class JobQueue: Sendable {
        private struct State {
            var jobs: [(job: UnownedJob, executor: ThreadExecutor)] = []
            var isFinished = false
        }

        private let state = Mutex(State())
        private let wakeUp = Semaphore()

        func append(_ job: UnownedJob, for executor: ThreadExecutor) {
            state.withLock { $0.jobs.append((job, executor)) }
            wakeUp.signal()
        }

        func finish() {
            state.withLock { $0.isFinished = true }
            wakeUp.signal()
        }

        /// The thread's loop: one wake-up, one job or the end.
        func run() {
            while true {
                wakeUp.wait()
                let next = state.withLock { state in state.jobs.isEmpty ? nil : state.jobs.removeFirst() }
                if let next {
                    next.job.runSynchronously(on: next.executor.asUnownedSerialExecutor())
                } else if state.withLock({ $0.isFinished && $0.jobs.isEmpty }) {
                    return
                }
            }
        }
    }

    /// A POSIX semaphore at a fixed address.
    private final class Semaphore: @unchecked Sendable {
        private let storage: UnsafeMutablePointer<sem_t>

        init() {
            storage = .allocate(capacity: 1)
            storage.initialize(to: sem_t())
            sem_init(storage, 0, 0)
        }

        deinit {
            sem_destroy(storage)
            storage.deallocate()
        }

        func signal() { sem_post(storage) }

        func wait() {
            while sem_wait(storage) != 0 && errno == EINTR {}
        }
    }
#endif
