extension Hello {
    func encode(into writer: inout ByteWriter) {
        writer.write(version)
        writer.write(processID)
        writer.write(bootID)
        writer.write(startedAt)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        let version = try reader.readUInt8()
        guard version == agentProtocolVersion else { throw .version(version) }
        let processID = try reader.readInt32()
        guard processID > 0 else { throw .field("process id") }
        let bootID = try reader.readText("boot id")
        self.init(version: version, processID: processID, bootID: bootID, startedAt: try reader.readUInt64())
    }
}

extension Command {
    /// Everything but ``input``, which travels in frames of its own.
    func encode(into writer: inout ByteWriter) throws(ProtocolError) {
        guard let program = arguments.first, !program.isEmpty else { throw .field("argument list") }
        guard umask <= 0o777 else { throw .field("umask") }
        guard outputLimit <= Request.maximumOutput else { throw .field("output limit") }
        try writer.write(paths: arguments, "argument")
        try writer.write(paths: environment, "environment")
        try writer.write(path: directory, "directory")
        writer.write(umask)
        writer.write(timeLimit)
        writer.write(outputLimit)
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        let arguments = try reader.readPaths("argument")
        guard let program = arguments.first, !program.isEmpty else { throw .field("argument list") }
        let environment = try reader.readPaths("environment")
        let directory = try reader.readPath("directory")
        let umask = try reader.readUInt32()
        guard umask <= 0o777 else { throw .field("umask") }
        let timeLimit = try reader.readUInt64()
        let outputLimit = try reader.readUInt32()
        guard outputLimit <= Request.maximumOutput else { throw .field("output limit") }
        self.init(
            arguments,
            environment: environment,
            directory: directory,
            umask: umask,
            timeLimit: timeLimit,
            outputLimit: outputLimit
        )
    }
}

extension Termination {
    func encode(into writer: inout ByteWriter) {
        switch self {
        case .exited(let status):
            writer.write(UInt8(1))
            writer.write(status)
        case .signalled(let number):
            writer.write(UInt8(2))
            writer.write(number)
        case .timedOut:
            writer.write(UInt8(3))
            writer.write(Int32(0))
        }
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        let kind = try reader.readUInt8()
        let value = try reader.readInt32()
        switch (kind, value) {
        case (1, 0...255): self = .exited(value)
        case (2, 1...127): self = .signalled(value)
        case (3, 0): self = .timedOut
        default: throw .field("termination")
        }
    }
}

extension Execution {
    /// Everything but the output, which travels in frames of its own.
    func encode(into writer: inout ByteWriter) {
        termination.encode(into: &writer)
        for value in [
            startedAt, wall, user, system, minorFaults, majorFaults, voluntarySwitches, involuntarySwitches, dropped,
        ] {
            writer.write(value)
        }
        for value in [peakMemory, runDelay] {
            writer.write(value != nil)
            writer.write(value ?? 0)
        }
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        self.init(termination: try Termination(from: &reader))
        startedAt = try reader.readUInt64()
        wall = try reader.readUInt64()
        user = try reader.readUInt64()
        system = try reader.readUInt64()
        minorFaults = try reader.readUInt64()
        majorFaults = try reader.readUInt64()
        voluntarySwitches = try reader.readUInt64()
        involuntarySwitches = try reader.readUInt64()
        dropped = try reader.readUInt64()
        peakMemory = try Self.optional("peak memory", &reader)
        runDelay = try Self.optional("run delay", &reader)
    }

    private static func optional(_ name: String, _ reader: inout ByteReader) throws(ProtocolError) -> UInt64? {
        let isThere = try reader.readBool(name)
        let value = try reader.readUInt64()
        guard isThere || value == 0 else { throw .field(name) }
        return isThere ? value : nil
    }
}

extension Endpoint {
    func encode(into writer: inout ByteWriter) throws(ProtocolError) {
        switch self {
        case .tcp(let port):
            guard port > 0 else { throw .field("port") }
            writer.write(UInt8(1))
            writer.write(port)
        case .unix(let path):
            writer.write(UInt8(2))
            try writer.write(path: path, "path")
        }
    }

    init(from reader: inout ByteReader) throws(ProtocolError) {
        switch try reader.readUInt8() {
        case 1:
            let port = try reader.readUInt16()
            guard port > 0 else { throw .field("port") }
            self = .tcp(port: port)
        case 2: self = .unix(path: try reader.readPath("path"))
        default: throw .field("endpoint")
        }
    }
}
