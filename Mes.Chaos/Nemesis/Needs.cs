namespace Mes.Chaos.Nemesis;

/// <summary>What not every run has.</summary>
internal enum Needs
{
    Nothing,

    /// <summary>The service in a version with another layout of entries.</summary>
    OtherVersion,

    /// <summary>libfaketime.</summary>
    FakeClock,
}
