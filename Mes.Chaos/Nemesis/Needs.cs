namespace Mes.Chaos.Nemesis;

/// <summary>What a fault needs and not every run provides.</summary>
internal enum Needs
{
    Nothing,

    /// <summary>A version of the service with another layout of entries.</summary>
    OtherVersion,

    /// <summary>libfaketime.</summary>
    FakeClock,
}
