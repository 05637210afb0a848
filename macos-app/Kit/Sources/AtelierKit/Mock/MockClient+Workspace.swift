// The core in memory has files and git too.
extension MockClient: WorkspaceClient, GitClient {}
