import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Runs the command on every tablet. */
final class Fleet {
    private final Options options;
    private final Report report;
    private final List<Device> devices;

    Fleet(Options options, Report report) {
        this.options = options;
        this.report = report;
        this.devices = IntStream.rangeClosed(1, options.tablets)
            .mapToObj(number -> new Device(number, options, report))
            .collect(Collectors.toList());
    }

    void run() throws Exception {
        switch (options.command) {
            case "forms" -> devices.get(0).listForms();
            case "pull" -> allAtOnce(Device::pull);
            case "fill" -> oneByOne(DataCollection::fillAll);
            case "draft" -> oneByOne(DataCollection::draftAll);
            case "finalise" -> oneByOne(DataCollection::finaliseDrafts);
            case "edit" -> oneByOne(DataCollection::editAll);
            case "send" -> allAtOnce(Device::sendAll);
            default -> {
                allAtOnce(Device::pull);
                oneByOne(DataCollection::fillAll);
                allAtOnce(Device::sendAll);
            }
        }
    }

    /** JavaRosa keeps global state, so submissions are filled in one after the other. */
    private void oneByOne(Offline task) throws Exception {
        Answers answers = Answers.read(options.answers);
        for (Device device : devices) {
            task.run(new DataCollection(device, answers));
        }
        report.count("answers_unused", answers.unused());
    }

    /** Starts the task on all tablets at the same moment, as when a team comes back into coverage. */
    private void allAtOnce(DeviceTask task) throws Exception {
        int threads = options.senders > 0 ? Math.min(options.senders, devices.size()) : devices.size();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Void>> results = new ArrayList<>();
        for (Device device : devices) {
            Callable<Void> job = () -> {
                start.await();
                task.run(device);
                return null;
            };
            results.add(executor.submit(job));
        }
        start.countDown();
        for (Future<Void> result : results) {
            result.get();
        }
        executor.shutdown();
    }

    private interface Offline {
        void run(DataCollection collection) throws Exception;
    }

    private interface DeviceTask {
        void run(Device device) throws Exception;
    }
}
